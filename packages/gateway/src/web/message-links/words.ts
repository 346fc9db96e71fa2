import type { LinkPageLocale } from '../../core/link-pages/link-page.js'

export interface LinkWords {
  readonly goneTitle: string
  readonly gone: string
  readonly closedTitle: string
  readonly closed: string
  readonly busyTitle: string
  readonly busy: string
  readonly openTitle: string
  readonly openApp: string
  readonly openWeb: string
}

export const linkWords: Readonly<Record<LinkPageLocale, LinkWords>> = {
  en: {
    goneTitle: 'This link does not exist',
    gone: 'It may have been deleted, or the address is not complete.',
    closedTitle: 'This link is not in use now',
    closed: 'Please ask whoever gave it to you.',
    busyTitle: 'Too many requests',
    busy: 'Please try again in a minute.',
    openTitle: 'Chat on WhatsApp',
    openApp: 'Open WhatsApp',
    openWeb: 'Continue in the browser',
  },
  id: {
    goneTitle: 'Tautan ini tidak ada',
    gone: 'Mungkin sudah dihapus, atau alamatnya tidak lengkap.',
    closedTitle: 'Tautan ini sedang tidak digunakan',
    closed: 'Silakan tanyakan kepada pihak yang memberikannya.',
    busyTitle: 'Terlalu banyak permintaan',
    busy: 'Silakan coba lagi sebentar lagi.',
    openTitle: 'Chat di WhatsApp',
    openApp: 'Buka WhatsApp',
    openWeb: 'Lanjutkan di browser',
  },
  pt: {
    goneTitle: 'Este link não existe',
    gone: 'Ele pode ter sido excluído, ou o endereço está incompleto.',
    closedTitle: 'Este link não está em uso agora',
    closed: 'Fale com quem o enviou a você.',
    busyTitle: 'Muitas solicitações',
    busy: 'Tente novamente em um minuto.',
    openTitle: 'Conversar no WhatsApp',
    openApp: 'Abrir o WhatsApp',
    openWeb: 'Continuar no navegador',
  },
  ru: {
    goneTitle: 'Такой ссылки нет',
    gone: 'Возможно, её удалили или адрес введён не полностью.',
    closedTitle: 'Ссылка сейчас не используется',
    closed: 'Обратитесь к тому, кто вам её дал.',
    busyTitle: 'Слишком много запросов',
    busy: 'Попробуйте ещё раз через минуту.',
    openTitle: 'Чат в WhatsApp',
    openApp: 'Открыть WhatsApp',
    openWeb: 'Продолжить в браузере',
  },
  es: {
    goneTitle: 'Este enlace no existe',
    gone: 'Puede que se haya eliminado o que la dirección esté incompleta.',
    closedTitle: 'Este enlace no está en uso ahora',
    closed: 'Pregunta a quien te lo dio.',
    busyTitle: 'Demasiadas solicitudes',
    busy: 'Inténtalo de nuevo en un minuto.',
    openTitle: 'Chat en WhatsApp',
    openApp: 'Abrir WhatsApp',
    openWeb: 'Continuar en el navegador',
  },
  zh: {
    goneTitle: '此链接不存在',
    gone: '它可能已被删除，或地址不完整。',
    closedTitle: '此链接目前未启用',
    closed: '请联系提供链接的人。',
    busyTitle: '请求过多',
    busy: '请一分钟后再试。',
    openTitle: '在 WhatsApp 上聊天',
    openApp: '打开 WhatsApp',
    openWeb: '在浏览器中继续',
  },
}
